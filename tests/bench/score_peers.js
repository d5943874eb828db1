/* Texts a CPU second of the peers from npm, for bench_score: reads one text a
 * line from the file named first, prints "name texts seconds" for each peer
 * that is installed (see NODE_PATH) and "name missing" for the others. */
'use strict';
const fs = require('fs');
const texts = fs.readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean);
const least_seconds = 1;

const peers = {
	'vader-sentiment': (module) => (text) =>
		module.SentimentIntensityAnalyzer.polarity_scores(text).compound,
	'sentiment': (module) => {
		const scorer = new module();
		return (text) => scorer.analyze(text).score;
	},
};

for (const [name, make] of Object.entries(peers)) {
	let score;
	try {
		score = make(require(name));
	} catch (error) {
		console.log(`${name} missing`);
		continue;
	}

	let n = 0, sum = 0, seconds = 0;
	const start = process.cpuUsage();
	while (seconds < least_seconds) {
		for (const text of texts)
			sum += score(text);
		n += texts.length;
		const used = process.cpuUsage(start);
		seconds = (used.user + used.system) / 1e6;
	}
	console.log(`${name} ${n} ${seconds}`);
}
