/** The side panel, at the bottom of small screens: one tab with icon and badge for each panel. */
import type { JSX, TargetedKeyboardEvent } from 'preact';
import type { Play } from '../play/play';
import { Icon } from '../ui/icon';
import { PANELS } from './registry';
import { showPanel, shownPanel } from './shown-panel';
import './panels.css';

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };
const MAX_BADGE = 99;

export function SidePanel({ play }: { readonly play: Play }): JSX.Element {
  const index = Math.max(
    0,
    PANELS.findIndex(({ id }) => id === shownPanel.value),
  );
  const shown = PANELS[index];
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const step = STEPS[event.key];
    const next = step === undefined ? undefined : PANELS[(index + step + PANELS.length) % PANELS.length];
    if (!next) return;
    event.preventDefault();
    showPanel(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  return (
    <aside class="side" aria-label="Panels">
      <div class="tabs" role="tablist" aria-label="Panels" onKeyDown={onKeyDown}>
        {PANELS.map((panel) => {
          const badge = panel.badge?.(play) ?? 0;
          const isShown = panel === shown;
          return (
            <button
              key={panel.id}
              id={`tab-${panel.id}`}
              class="tab"
              role="tab"
              title={panel.title}
              aria-selected={isShown}
              aria-controls="panel"
              aria-label={badge > 0 ? `${panel.title}, ${badge} new` : panel.title}
              tabIndex={isShown ? 0 : -1}
              onClick={() => showPanel(panel.id)}
            >
              <Icon name={panel.icon} />
              {badge > 0 && <span class="badge">{badge > MAX_BADGE ? `${MAX_BADGE}+` : badge}</span>}
            </button>
          );
        })}
      </div>
      {shown && (
        <section id="panel" class="panel" role="tabpanel" aria-labelledby={`tab-${shown.id}`}>
          <shown.View key={shown.id} play={play} />
        </section>
      )}
    </aside>
  );
}
