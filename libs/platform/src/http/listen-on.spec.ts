/** listenOn: a backlog in which a burst of connections waits, and the errors of `listen`. */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { listenOn } from './listen-on';

/** More than the default backlog of Node.js. */
const CROWD = 800;

/** Opens the connections, and prints how many of them are open after ten seconds at most. */
const crowd = (port: number): string => `
  const { connect } = require('node:net');
  let connected = 0;
  const report = () => process.stdout.write(String(connected), () => process.exit());
  for (let i = 0; i < ${CROWD}; i++) connect(${port}, '127.0.0.1').on('error', () => {}).on('connect', () => ++connected === ${CROWD} && report());
  setTimeout(report, 10_000);`;

describe('listenOn', () => {
  it('queues a burst of connections while the process accepts none', async () => {
    const server = createServer();
    await listenOn(server, 0, '127.0.0.1');
    // Synchronous: until it returns, this process accepts no connection.
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['-e', crowd((server.address() as AddressInfo).port)],
      { encoding: 'utf8' },
    );
    server.close();
    expect({ status, stderr, connected: Number(stdout) }).toEqual({ status: 0, stderr: '', connected: CROWD });
  });

  it('logs a warning and listens if the system cannot copy the listening socket', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const { execPath } = process;
    const server = createServer();
    try {
      // Simulates a system on which no process can be started.
      process.execPath = '/nowhere/node';
      await listenOn(server, 0, '127.0.0.1');
      while (warn.mock.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    } finally {
      process.execPath = execPath;
      warn.mockRestore();
    }
    expect(server.listening).toBe(true);
    server.close();
  });

  it('rejects if the port is in use', async () => {
    const [first, second] = [createServer(), createServer()];
    await listenOn(first, 0, '127.0.0.1');
    await expect(listenOn(second, (first.address() as AddressInfo).port, '127.0.0.1')).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    first.close();
  });
});
