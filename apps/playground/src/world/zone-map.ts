/** The map of a zone, as `GET /api/zones/:id` answers it. */
import { getJson } from '../session/account-api';

export interface MapBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MapExit {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly to: string;
}

export interface PlayZoneMap {
  readonly id: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly ground: 'safe' | 'hostile';
  readonly patches: readonly (MapBox & { readonly ground: 'safe' | 'hostile' })[];
  readonly obstacles: readonly (MapBox & { readonly kind: string })[];
  readonly spawns: readonly { readonly x: number; readonly y: number }[];
  readonly exits: readonly MapExit[];
}

const maps = new Map<string, Promise<PlayZoneMap>>();

/** Each map is read once. @throws RequestError */
export function readZoneMap(id: string): Promise<PlayZoneMap> {
  const known = maps.get(id);
  if (known) return known;
  const map = getJson<PlayZoneMap>(`/api/zones/${id}`);
  maps.set(id, map);
  map.catch(() => maps.delete(id));
  return map;
}

export function groundAt({ ground, patches }: PlayZoneMap, x: number, y: number): 'safe' | 'hostile' {
  const inside = patches.filter((box) => x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height);
  return inside.at(-1)?.ground ?? ground;
}

/** `starting_village` reads "Starting village". */
export const wordsOf = (id: string): string => {
  const words = id.replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
