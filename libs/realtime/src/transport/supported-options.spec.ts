/** Socket.IO options that this library does not support fail the boot. */
import { assertSupportedOptions } from './supported-options';

it.each([{ allowEIO3: true }, { parser: {} as never }])('supported options: %j is refused by name', (options) => {
  const [name = ''] = Object.keys(options);
  expect(() => assertSupportedOptions(options)).toThrow(
    new RegExp(`^The socket option '${name}' is not supported: [^\\n]+$`),
  );
});

it('supported options: an option that is false or absent is accepted', () => {
  expect(() => assertSupportedOptions(undefined)).not.toThrow();
  expect(() => assertSupportedOptions({ allowEIO3: false, pingTimeout: 1 })).not.toThrow();
});
