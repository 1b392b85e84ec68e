/** What the keys of the game do. */
import { toggleInspector } from './inspector/opened-inspector';
import { choicesOf } from './panels/fight/legal-actions-list';
import { showPanel } from './panels/shown-panel';
import type { Play } from './play/play';
import { attempt, showToast } from './ui/toasts';
import type { KeyActions } from './world/keyboard';
import { EXIT_REACH } from './world/world-store';

const EMOTES = ['wave', 'bow', 'cheer', 'dance'] as const;

export function gameKeys(play: Play): KeyActions {
  const act = (index: number): void => {
    const request = play.fight.value?.request;
    const choice = request && choicesOf(request.legal, (id) => id)[index];
    if (choice) return attempt(() => play.client.combat.act(choice.action));
    const emote = EMOTES[index];
    if (emote) attempt(() => play.client.request('chat:emote', { emote }));
  };
  const leave = (): void => {
    const [exit] = play.world.exits.value;
    if (exit && exit.distance <= EXIT_REACH) attempt(() => play.world.exit(exit.id));
    else showToast('No exit is in reach: they glow blue.');
  };
  const say = (): void => {
    showPanel('chat');
    requestAnimationFrame(() => document.getElementById('say')?.focus());
  };
  // The keys stand below the account, which can be higher than the panel.
  const explainKeys = (): void => {
    showPanel('account');
    requestAnimationFrame(() => document.getElementById('keys')?.scrollIntoView());
  };
  const unplug = (): void => play.drop();
  return {
    Enter: say,
    Escape: () => document.getElementById('world')?.focus(),
    '?': explainKeys,
    e: leave,
    E: leave,
    i: toggleInspector,
    I: toggleInspector,
    u: unplug,
    U: unplug,
    ...Object.fromEntries(EMOTES.map((_, index) => [String(index + 1), () => act(index)])),
  };
}
