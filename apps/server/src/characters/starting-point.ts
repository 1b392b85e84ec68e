/** Where a new character begins. The zone itself is data of the world, which refers to this. */

export const STARTING_POINT = { zone: 'starting_village', x: 100, y: 100, facing: 0 } as const;
