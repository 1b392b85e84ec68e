/** What a panel of the game is. A new one is a folder beside the others, and a line in `registry.ts`. */
import type { ComponentType } from 'preact';
import type { Play } from '../play/play';
import type { IconName } from '../ui/icon';

export interface PanelProps {
  readonly play: Play;
}

export interface Panel {
  readonly id: string;
  /** What its tab is called. */
  readonly title: string;
  readonly icon: IconName;
  /** How much waits there; 0 shows no badge. */
  badge?(play: Play): number;
  readonly View: ComponentType<PanelProps>;
}
