/** Initial position of new characters. The world domain checks that this zone exists. */

export const STARTING_POINT = { zone: 'starting_village', x: 100, y: 100, facing: 0 } as const;
