/** The origins that may connect, in development and in production. */
import { corsHeaders, isOriginAllowed } from './origin';

const development = { corsOrigins: [], isProduction: false };
const apps = { corsOrigins: ['capacitor://localhost', 'ionic://app.example:8100'], isProduction: true };
const production = { corsOrigins: ['https://play.example.com'], isProduction: true };

describe('isOriginAllowed', () => {
  it.each([
    ['a native client', undefined, production, undefined, true],
    ['a listed page', 'https://play.example.com', production, undefined, true],
    ['a page of the same host', 'https://api.example.com', production, 'api.example.com', true],
    ['localhost in development', 'http://localhost:5173', development, undefined, true],
    ['a loopback address in development', 'http://127.0.0.1:8080', development, undefined, true],
    [
      'any page if all origins are allowed',
      'https://x.example',
      { corsOrigins: ['*'], isProduction: false },
      undefined,
      true,
    ],
    ['a listed app', 'capacitor://localhost', apps, undefined, true],
    ['a listed app with a port', 'ionic://app.example:8100', apps, undefined, true],
    ['an app on localhost in development', 'ionic://localhost', development, undefined, true],
    ['an app that is not listed', 'capacitor://localhost', production, undefined, false],
    ['a page with the host of a listed app', 'https://localhost', apps, undefined, false],
    ['another port of a listed app', 'ionic://app.example', apps, undefined, false],
    ['an app that names our host as its own', 'evil://api.example.com', production, 'api.example.com', false],
    ['a page that is not listed', 'https://evil.example', production, 'api.example.com', false],
    ['a subdomain of a listed one', 'https://play.example.com.evil.example', production, undefined, false],
    ['another scheme', 'http://play.example.com', production, undefined, false],
    ['localhost in production', 'http://localhost:5173', production, undefined, false],
    ['a name that begins like localhost', 'http://localhost.evil.example', development, undefined, false],
    ['the origin of a sandboxed page', 'null', development, 'null', false],
  ])('%s', (_, origin, config, host, allowed) => expect(isOriginAllowed(origin, config, host)).toBe(allowed));
});

describe('corsHeaders', () => {
  it('let a listed page read the answer', () =>
    expect(corsHeaders({ origin: 'https://play.example.com' }, production)).toMatchObject({
      'Access-Control-Allow-Origin': 'https://play.example.com',
    }));

  it.each([['https://evil.example'], [undefined]])('name no origin in the answer to %s', (origin) =>
    expect(corsHeaders({ origin }, production)).toEqual({ Vary: 'Origin' }),
  );
});
