/** What the inspector is given. */
import type { Play } from '../play/play';

export interface InspectorProps {
  readonly play: Play;
}
