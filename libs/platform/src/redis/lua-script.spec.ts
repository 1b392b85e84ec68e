/** Lua scripts from files: includes, constants, and commands of a client. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { luaCommands, readLuaScript } from './lua-script';

const folder = mkdtempSync(join(tmpdir(), 'lua-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

it('an include stands for the text of the file, relative to the including one', () => {
  write('parts/inner.lua', 'local inner = "$&"\n');
  write('parts/outer.lua', '--- @include "inner"\nlocal outer\n');
  const file = write('nested.lua', '-- about @include\n--- @include "parts/outer"\r\nreturn 1\n');
  expect(readLuaScript(file)).toBe('-- about @include\nlocal inner = "$&"\n\nlocal outer\n\nreturn 1\n');
});

it('a constant stands for its declaration, in includes as well', () => {
  write('limits.lua', '--- @constant LIMIT\n');
  const file = write('constants.lua', '--- @include "limits"\n--- @constant NAME\nreturn LIMIT');
  expect(readLuaScript(file, { LIMIT: 0.05, NAME: 'a "b"' })).toBe(
    'local LIMIT = 0.05\n\nlocal NAME = "a \\"b\\""\nreturn LIMIT',
  );
  expect(() => readLuaScript(file, { NAME: 'a' })).toThrow('limits.lua: the constant LIMIT has no value');
});

it('each script becomes a method of the client', () => {
  const redis = new Redis({ lazyConnect: true });
  write('ping.lua', 'return 1');
  const client = luaCommands<Redis & { pingScript(key: string): Promise<number> }>(folder, { pingScript: 'ping' })(
    redis,
  );
  expect(client.pingScript).toBeInstanceOf(Function);
});
