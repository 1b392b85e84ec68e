/** Plans are made only where what the decorators of class-transformer say is found under the names that are known. */
import { defaultMetadataStorage, knowsDecorators } from './class-transformer-internals';

const STORAGE = {
  findTransformMetadatas: defaultMetadataStorage.findTransformMetadatas.bind(defaultMetadataStorage),
  findTypeMetadata: defaultMetadataStorage.findTypeMetadata.bind(defaultMetadataStorage),
};

it('finds it in the version that is installed', () => {
  expect([knowsDecorators(), knowsDecorators(STORAGE)]).toEqual([true, true]);
});

it.each(['findTransformMetadatas', 'findTypeMetadata'] as const)('makes no plans without %s', (name) => {
  const { [name]: _, ...others } = STORAGE;
  expect(knowsDecorators(others)).toBe(false);
});

it('makes no plans where the storage is not the one that the decorators use', () => {
  expect(knowsDecorators({ ...STORAGE, findTransformMetadatas: () => [] })).toBe(false);
});
