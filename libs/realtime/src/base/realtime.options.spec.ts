/** Invalid options of the realtime module fail the boot with a message that names each of them. */
import type { DynamicModule } from '@nestjs/common';
import { TokenVerifier } from '../auth/token-verifier';
import { type RealtimeLayerOptions, RealtimeModule, type RealtimeModuleOptions } from '../server/realtime.module';
import { RealtimeService } from '../server/realtime.service';

class GameService extends RealtimeService {}

class NoVerifier extends TokenVerifier {
  verify(): Promise<never> {
    return Promise.reject(new Error('not called'));
  }
}

describe('RealtimeModule.forPlatform(): options', () => {
  const forPlatform = (options: unknown): DynamicModule => RealtimeModule.forPlatform(options as RealtimeLayerOptions);
  const ping = (policy: unknown): unknown => ({ policies: { 'system:ping': policy } });

  it.each<[string, unknown, RegExp]>([
    ['null', null, /options must be an object, not null/],
    ['a list', [], /options must be an object, not a list/],
    ['a misspelled option', { polices: {} }, /polices is unknown; valid names: policies, service/],
    ['policies that are null', { policies: null }, /policies must be an object, not null/],
    [
      'a service that is no class',
      { service: 'game' },
      /service must be a class that extends RealtimeService, not game/,
    ],
    ['a service of another class', { service: Date }, /service must be a class that extends RealtimeService, not Date/],
    ['a policy that is null', ping(null), /policies\['system:ping'\] must be an object, not null/],
    [
      'a negative limit',
      ping({ limit: -1 }),
      /policies\['system:ping'\]\.limit must be a finite number above 0, not -1/,
    ],
    ['a limit of 0', ping({ limit: 0 }), /limit must be a finite number above 0, not 0/],
    ['a limit that is absent', ping({ limit: undefined }), /limit must be a finite number above 0, not undefined/],
    ['a window of 0', ping({ windowMs: 0 }), /windowMs must be a finite number above 0, not 0/],
    ['a burst that is no number', ping({ burst: NaN }), /burst must be a finite number of at least 1, not NaN/],
    ['a burst without a token', ping({ burst: 0.5 }), /burst must be a finite number of at least 1, not 0\.5/],
    ['an unknown scope', ping({ scope: 'world' }), /scope must be node or cluster, not world/],
    ['an unknown excess', ping({ excess: 'wait' }), /excess must be refuse or drop, not wait/],
    ['a field that is no list', ping({ per: 'id' }), /per must be a list of texts, not id/],
    [
      'a misspelled property',
      ping({ windowMS: 1 }),
      /policies\['system:ping'\]\.windowMS is unknown; valid names: limit, /,
    ],
    [
      'a partial budget',
      ping({ work: { budget: { name: 'w' } } }),
      /work\.budget\.limit must be .*work\.|work\.fields/,
    ],
    [
      'several at once',
      ping({ limit: -1, windowMs: 0, burst: NaN }),
      /\.limit must .*; .*\.windowMs must .*; .*\.burst must /,
    ],
  ])('%s: throws an error that names the option', (_, options, message) => {
    expect(() => forPlatform(options)).toThrow(message);
    expect(() => forPlatform(options)).toThrow(/^RealtimeModule\.forPlatform\(options\): /);
  });

  it.each([
    [undefined],
    [{}],
    [{ policies: undefined, service: undefined }],
    [{ service: GameService }],
    [ping({ limit: 1, windowMs: 1, burst: 1, per: ['id'] })],
  ])('%o: is accepted', (options) => expect(() => forPlatform(options)).not.toThrow());
});

describe('RealtimeModule.forRoot(): options', () => {
  const forRoot = (options: unknown): DynamicModule => RealtimeModule.forRoot(options as RealtimeModuleOptions);
  const withConfig = (config: unknown): unknown => ({ verifier: NoVerifier, config });
  const missing = /verifier is missing: pass a class or an object that extends TokenVerifier, and resolves a token/;

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, missing],
    ['no verifier', {}, missing],
    ['another class as verifier', { verifier: Date }, /verifier must be a class .* extends TokenVerifier.*, not Date/],
    ['a text as verifier', { verifier: 'jwt' }, /verifier must be a class or an object .*, not jwt/],
    [
      'a misspelled option',
      { verifier: NoVerifier, polices: {} },
      /polices is unknown; valid names: policies, service, config, imports, verifier/,
    ],
    ['settings that are no object', withConfig('REDIS_URL'), /config must be an object, not REDIS_URL/],
    ['a misspelled setting', withConfig({ REDIS_ULR: '' }), /config\.REDIS_ULR is unknown: did you mean REDIS_URL\?/],
    [
      'a setting by another name',
      withConfig({ redisUrl: '' }),
      /config\.redisUrl is unknown: did you mean REDIS_URL\?/,
    ],
    ['an unknown setting', withConfig({ COLOUR: 1 }), /config\.COLOUR is unknown: settings have the names of env/],
    ['a setting that is an object', withConfig({ PORT: {} }), /config\.PORT must be a text, a number or a boolean/],
    ['one module in place of a list', { verifier: NoVerifier, imports: Date }, /imports must be a list of modules/],
  ])('%s: throws an error that names the option', (_, options, message) => {
    expect(() => forRoot(options)).toThrow(message);
    expect(() => forRoot(options)).toThrow(/^RealtimeModule\.forRoot\(options\): /);
  });

  it('a setting with a wrong value: throws an error that names its variable', () =>
    expect(() => forRoot(withConfig({ PORT: 70_000, DRAIN_MS: -1 }))).toThrow(
      /PORT must be a whole number from 0 to 65535, not '70000'\n.*DRAIN_MS must be/,
    ));

  it('production without a database and without a secret for tokens: is accepted', () =>
    expect(() => forRoot(withConfig({ NODE_ENV: 'production', REDIS_URL: 'redis://localhost' }))).not.toThrow());

  it('production without limits: is refused', () =>
    expect(() => forRoot(withConfig({ NODE_ENV: 'production', LIMITS: 'off' }))).toThrow(/LIMITS must be on/));
});
