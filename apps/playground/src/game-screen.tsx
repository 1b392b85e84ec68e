/** The game: header, world, panels, and the proof strip along the bottom. */
import type { ClientState } from '@aeturnis/client';
import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { GameHeader } from './game-header';
import { gameKeys } from './game-keys';
import { InspectorSlot } from './inspector/inspector-slot';
import { onLogOutRequest } from './panels/account/log-out';
import { SidePanel } from './panels/side-panel';
import type { Play } from './play/play';
import { ProofStrip } from './proof/proof-strip';
import { listenToKeys } from './world/keyboard';
import { ReleaseNotice } from './world/release-notice';
import { Stick } from './world/stick';
import { WorldCanvas } from './world/world-canvas';
import { WorldHints } from './world/world-hints';
import './game-screen.css';

export type EndedState = Extract<ClientState, { readonly phase: 'ended' }>;

interface GameScreenProps {
  readonly play: Play;
  readonly onLogOut: () => void;
  /** The server has ended the connection for good. */
  readonly onEnded: (state: EndedState) => void;
}

export function GameScreen({ play, onLogOut, onEnded }: GameScreenProps): JSX.Element {
  useEffect(() => listenToKeys(play.world.steering, gameKeys(play)), [play]);
  useEffect(() => onLogOutRequest(onLogOut), [play]);
  useEffect(() => document.getElementById('world')?.focus(), [play]);
  useSignalEffect(() => {
    const { value: state } = play.state;
    if (state.phase === 'ended') onEnded(state);
  });
  return (
    <div class="game">
      <GameHeader play={play} />
      <main class="world" aria-label="World">
        <WorldCanvas play={play} />
        <WorldHints play={play} />
        <Stick steering={play.world.steering} />
        <ReleaseNotice play={play} />
      </main>
      <InspectorSlot play={play} />
      <SidePanel play={play} />
      <ProofStrip play={play} />
    </div>
  );
}
