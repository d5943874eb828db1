/* tests/unit/http_peer.h: http_peer.py, started once for a test program. */
#pragma once

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/macro.h"
#include "unit/unit.h"

enum { PEER_MAX_SERVERS = 64 };

static struct {
	pid_t pid;
	int input; /* closing it ends the peer */
	struct {
		char name[40];
		char value[200];
	} servers[PEER_MAX_SERVERS];
	size_t n_servers;
} peer;

static void peer_exec(int input, int output)
{
	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	execl("/usr/bin/python3", "python3", TESTS_DIR "/unit/http_peer.py", (char *)NULL);
	_exit(127);
}

/* A cmocka group set-up: waits until all servers listen. */
static int peer_start(void **state)
{
	int input[2];
	int output[2];

	(void)state;
	if (pipe2(input, O_CLOEXEC) < 0 || pipe2(output, O_CLOEXEC) < 0)
		return -1;
	peer.pid = fork();
	if (peer.pid == 0)
		peer_exec(input[0], output[1]);
	close(input[0]);
	close(output[1]);
	peer.input = input[1];

	FILE *lines = fdopen(output[0], "r");
	bool ready = false;

	while (!ready && peer.n_servers < PEER_MAX_SERVERS &&
		fscanf(lines, "%39s %199s", peer.servers[peer.n_servers].name,
			peer.servers[peer.n_servers].value) == 2)
		ready = strcmp(peer.servers[peer.n_servers++].name, "ready") == 0;
	fclose(lines);
	return ready ? 0 : -1;
}

static int peer_stop(void **state)
{
	(void)state;
	close(peer.input);
	return waitpid(peer.pid, NULL, 0) == peer.pid ? 0 : -1;
}

/* Port of the server NAME, as text. */
static const char *peer_port(const char *name)
{
	for (size_t i = 0; i < peer.n_servers; i++)
		if (strcmp(peer.servers[i].name, name) == 0)
			return peer.servers[i].value;

	fail_msg("the peer has no server %s", name);
	return NULL;
}
