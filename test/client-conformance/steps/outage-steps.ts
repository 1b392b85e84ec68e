/** The steps about connections that break while others go on writing. */
import type { ConformanceStep } from './conformance-step';

export const dropStep: ConformanceStep = {
  name: 'drop',
  expects: 'connects again after its connection was reset, and misses nothing',
  async play(stage) {
    await stage.connect();
    await stage.write(8);
    stage.gate.resetConnections();
    await stage.write(8);
    await stage.expectEverything();
  },
};

export const halfOpenStep: ConformanceStep = {
  name: 'half-open',
  isOptional: true,
  expects: 'notices that its connection is silent, from the pings that are missing, and misses nothing',
  async play(stage) {
    await stage.connect();
    await stage.write(4);
    await stage.expectEverything();
    stage.gate.stallOpenConnections();
    await stage.write(8);
    await stage.expectEverything();
  },
};

export const killStep: ConformanceStep = {
  name: 'kill',
  isOptional: true,
  expects: 'connects to another node after its own was killed, and misses nothing',
  needsOwnNode: true,
  async play(stage, ownNode) {
    await stage.connect();
    await stage.write(8);
    ownNode?.kill('SIGKILL');
    await ownNode?.exited;
    stage.gate.redirectTo(stage.url);
    await stage.write(8);
    await stage.expectEverything();
  },
};
