/** The world as a component draws it. */
import { useCallback } from 'react';
import type { RequestError } from '../base/request-error';
import type { World } from '../world/world';
import { useClient } from './client-context';
import { useOpened } from './use-opened';

export interface WorldHook {
  /** Undefined until the character is in the world. Draw `world.at()` once for each frame, outside React. */
  readonly world: World | undefined;
  readonly error: RequestError | undefined;
  readonly retry: () => void;
}

// The character stays in the world while its user looks at something else.
const stay = (): void => undefined;

/** Enters the world with a character. The client is one of `createClient`. */
export function useWorld(characterId: string): WorldHook {
  const client = useClient();
  const { value: world, ...rest } = useOpened(
    useCallback(() => client.world.enter(characterId), [client, characterId]),
    stay,
  );
  return { world, ...rest };
}
