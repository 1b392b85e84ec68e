/** An option that would break what clients are promised ends the boot instead. */
import { mustBeSupported } from './supported-options';

it.each([{ allowEIO3: true }, { parser: {} as never }])('options: %j is refused in one readable line', (options) => {
  const [name = ''] = Object.keys(options);
  expect(() => mustBeSupported(options)).toThrow(new RegExp(`^The socket option '${name}' is not supported: [^\\n]+$`));
});

it('options: what is off or unset passes', () => {
  expect(() => mustBeSupported(undefined)).not.toThrow();
  expect(() => mustBeSupported({ allowEIO3: false, pingTimeout: 1 })).not.toThrow();
});
