/** Reads the Lua scripts of Redis from `.lua` files, and adds them to clients as commands. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Redis } from 'ioredis';

type LuaConstants = Readonly<Record<string, string | number>>;

const DIRECTIVE = /^--- @(\w+) (\S+)\r?$/gm;

/**
 * `--- @include "name"` stands for the text of `name.lua`, relative to the file; `--- @constant NAME` for `local NAME = …` with the
 * value in `constants`. @throws if there is none.
 */
export function readLuaScript(file: string, constants: LuaConstants = {}): string {
  return readFileSync(file, 'utf8').replace(DIRECTIVE, (_, directive: string, name: string) => {
    if (directive === 'include') return readLuaScript(join(dirname(file), `${JSON.parse(name)}.lua`), constants);
    if (constants[name] === undefined) throw new Error(`${file}: the constant ${name} has no value`);
    return `local ${name} = ${JSON.stringify(constants[name])}`;
  });
}

/**
 * Reads the script of each method of `Client`; every script has one key. `files`: their names without `.lua`.
 * @returns adds the methods to a client.
 */
export function luaCommands<Client extends Redis>(
  folder: string,
  files: Readonly<Record<Exclude<keyof Client, keyof Redis>, string>>,
  constants?: LuaConstants,
): (redis: Redis) => Client {
  const scripts = Object.entries<string>(files).map(
    ([name, file]) => [name, readLuaScript(join(folder, `${file}.lua`), constants)] as const,
  );
  return (redis) => {
    for (const [name, lua] of scripts) redis.defineCommand(name, { numberOfKeys: 1, lua });
    return redis as Client;
  };
}
