// Starts the server in this process, so that it gets each signal once; builds it first if needed.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { endWithLauncher } from './launcher.mjs';

const OLDEST_NODE = [20, 19];
/** Older versions no longer get security fixes. */
const OLDEST_MAINTAINED = 22;
const RECOMMENDED = 24;

function startupProblem() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    return `Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`;
  }
  if (!existsSync(new URL('../node_modules/@nestjs/core', import.meta.url))) {
    return 'The dependencies are not installed. Run: npm ci';
  }
  if (major < OLDEST_MAINTAINED)
    console.warn(`Node ${major} gets no security fixes any more: Node ${RECOMMENDED} is recommended.`);
  return undefined;
}

async function start() {
  endWithLauncher();
  const { buildIfNeeded, serverEntry } = await import('./build-if-needed.mjs');
  const { loadSettings } = await import('./settings.mjs');
  buildIfNeeded();
  loadSettings();
  await import(pathToFileURL(serverEntry).href);
}

const problem = startupProblem();
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  start().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
