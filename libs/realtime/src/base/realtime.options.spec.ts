/** Invalid options of `RealtimeModule.forRoot()` fail the boot with a message that names each of them. */
import type { DynamicModule } from '@nestjs/common';
import { RealtimeModule, type RealtimeModuleOptions } from '../server/realtime.module';
import { RealtimeService } from '../server/realtime.service';

class GameService extends RealtimeService {}

describe('RealtimeModule.forRoot(): options', () => {
  const forRoot = (options: unknown): DynamicModule => RealtimeModule.forRoot(options as RealtimeModuleOptions);
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
    expect(() => forRoot(options)).toThrow(message);
    expect(() => forRoot(options)).toThrow(/^RealtimeModule\.forRoot\(options\): /);
  });

  it.each([
    [undefined],
    [{}],
    [{ policies: undefined, service: undefined }],
    [{ service: GameService }],
    [ping({ limit: 1, windowMs: 1, burst: 1, per: ['id'] })],
  ])('%o: is accepted', (options) => expect(() => forRoot(options)).not.toThrow());
});
