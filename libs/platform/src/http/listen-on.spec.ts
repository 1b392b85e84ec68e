/** What a busy server does with those who want in: they wait, and are not reset. */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { listenOn } from './listen-on';

/** More than Node makes room for by itself. */
const CROWD = 800;

/** Opens so many connections, and prints how many stand after ten seconds at most. */
const crowd = (port: number): string => `
  const { connect } = require('node:net');
  let standing = 0;
  const tell = () => process.stdout.write(String(standing), () => process.exit());
  for (let i = 0; i < ${CROWD}; i++) connect(${port}, '127.0.0.1').on('error', () => {}).on('connect', () => ++standing === ${CROWD} && tell());
  setTimeout(tell, 10_000);`;

describe('listening', () => {
  it('has room for a crowd that comes while nobody is accepted', async () => {
    const server = createServer();
    await listenOn(server, 0, '127.0.0.1');
    // Synchronous: until it is over this process accepts nobody.
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['-e', crowd((server.address() as AddressInfo).port)],
      {
        encoding: 'utf8',
      },
    );
    server.close();
    expect({ status, stderr, standing: Number(stdout) }).toEqual({ status: 0, stderr: '', standing: CROWD });
  });

  it('says where a crowd will be accepted one by one, and listens all the same', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const { execPath } = process;
    const server = createServer();
    try {
      // As where no processes may be started.
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

  it('rejects where the port is taken', async () => {
    const [first, second] = [createServer(), createServer()];
    await listenOn(first, 0, '127.0.0.1');
    await expect(listenOn(second, (first.address() as AddressInfo).port, '127.0.0.1')).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    first.close();
  });
});
