// One side of one scenario, measured once, in a process of its own that `run.mjs` starts and, where need be, ends.
import { scenarioNamed } from './scenarios/index.mjs';

const { scenario, side, ...options } = JSON.parse(process.argv[2]);

function tell(outcome, code) {
  process.send(outcome, () => process.exit(code));
}

// Whoever wants to know is gone: so is everything that was started for it.
process.on('disconnect', () => process.kill(0, 'SIGKILL'));
process.on('uncaughtException', (error) => tell({ error: error.stack }, 1));
tell({ parts: await scenarioNamed(scenario).run(side, options) }, 0);
