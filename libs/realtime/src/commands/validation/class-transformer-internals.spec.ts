/** canReadDecorators: DTO plans are made only if the metadata of class-transformer can be read. */
import { defaultMetadataStorage, canReadDecorators } from './class-transformer-internals';

const STORAGE = {
  findTransformMetadatas: defaultMetadataStorage.findTransformMetadatas.bind(defaultMetadataStorage),
  findTypeMetadata: defaultMetadataStorage.findTypeMetadata.bind(defaultMetadataStorage),
};

it('is true for the installed version of class-transformer', () => {
  expect([canReadDecorators(), canReadDecorators(STORAGE)]).toEqual([true, true]);
});

it.each(['findTransformMetadatas', 'findTypeMetadata'] as const)('is false without %s', (name) => {
  const { [name]: _, ...others } = STORAGE;
  expect(canReadDecorators(others)).toBe(false);
});

it('is false for a storage that the decorators do not use', () => {
  expect(canReadDecorators({ ...STORAGE, findTransformMetadatas: () => [] })).toBe(false);
});
