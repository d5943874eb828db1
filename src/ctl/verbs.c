#include "ctl/verbs.h"

#include <string.h>

#include "base/nearest.h"

#define CTL_POINTER(name) &verb_##name,
static const struct ctl_verb *const verbs[] = {CTL_VERBS(CTL_POINTER)};
#undef CTL_POINTER

static const char *const groups[] = {
	"Configuration",
	"Filters",
	"Sources",
	"Mentions",
	"Alerts",
	"Reports",
	"Database",
};

const struct ctl_verb *verbs_at(const struct ctl_verb *parent, size_t index)
{
	if (parent)
		return index < parent->n_verbs ? &parent->verbs[index] : NULL;

	return index < ARRAY_SIZE(verbs) ? verbs[index] : NULL;
}

const struct ctl_verb *verbs_find(const struct ctl_verb *parent, const char *name)
{
	const struct ctl_verb *verb;

	for (size_t i = 0; (verb = verbs_at(parent, i)); i++)
		if (strcmp(verb->name, name) == 0)
			return verb;

	return NULL;
}

const char *verbs_nearest(const struct ctl_verb *parent, const char *name)
{
	struct nearest nearest = nearest_start(slice_of(name));
	const struct ctl_verb *verb;

	for (size_t i = 0; (verb = verbs_at(parent, i)); i++)
		if (parent || verb->group)
			nearest_offer(&nearest, verb->name);

	return nearest.name;
}

const char *verbs_group(size_t index)
{
	return index < ARRAY_SIZE(groups) ? groups[index] : NULL;
}
