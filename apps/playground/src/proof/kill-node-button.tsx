/** Kills the node that holds the connection. Only a server that offers it, such as a demonstration cluster, names the route. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Play } from '../play/play';
import { getJson, postAccount } from '../session/account-api';
import { Icon } from '../ui/icon';
import { attempt } from '../ui/toasts';

interface ServerSummary {
  /** Paths by name. */
  readonly links: { readonly kill?: string };
}

export function KillNodeButton({ play }: { readonly play: Play }): JSX.Element | null {
  const path = useSignal<string | undefined>(undefined);
  useEffect(() => {
    attempt(async () => (path.value = (await getJson<ServerSummary>('/')).links.kill));
  }, []);
  const { value: route } = path;
  if (route === undefined) return null;
  const kill = async (): Promise<void> => {
    play.outages.begin('node killed');
    try {
      await postAccount(route, { nodeId: play.nodeId.value }, await play.session.freshToken());
    } catch (error) {
      play.outages.cancel();
      throw error;
    }
  };
  return (
    <button class="button danger" disabled={play.outages.current.value !== undefined} onClick={() => attempt(kill)}>
      <Icon name="skull" /> Kill my node
    </button>
  );
}
