/** What a view of the console is. A new one is a folder beside the others, and a line in `views.ts`. */
import type { ComponentType } from 'preact';
import type { IconName } from '../ui/icon';
import type { Admin } from './admin';

export interface ViewProps {
  readonly admin: Admin;
  /** The id of what is shown; empty for the list. */
  readonly subject: string;
}

export interface View {
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  readonly View: ComponentType<ViewProps>;
}
