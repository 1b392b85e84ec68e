// Measures one side of one scenario once, in a process that `run.mjs` starts and ends if it takes too long.
import { scenarioNamed } from './scenarios/index.mjs';

const { scenario, side, ...options } = JSON.parse(process.argv[2]);

function sendOutcome(outcome, code) {
  process.send(outcome, () => process.exit(code));
}

// The runner has exited: end this process group, with the servers and databases that belong to it.
process.on('disconnect', () => process.kill(0, 'SIGKILL'));
process.on('uncaughtException', (error) => sendOutcome({ error: error.stack }, 1));
sendOutcome({ parts: await scenarioNamed(scenario).run(side, options) }, 0);
