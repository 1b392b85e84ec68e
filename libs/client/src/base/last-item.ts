/** Engines of 2020, such as older ones of React Native, have no `Array.prototype.at`. */
export const lastItem = <Item>(items: readonly Item[]): Item | undefined => items[items.length - 1];
