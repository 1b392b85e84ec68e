/** A name and a value in a list of facts. */
import type { ComponentChildren, JSX } from 'preact';

interface FactProps {
  readonly name: string;
  readonly children: ComponentChildren;
}

export function Fact({ name, children }: FactProps): JSX.Element {
  return (
    <div>
      <dt class="small muted">{name}</dt>
      <dd class="figures">{children}</dd>
    </div>
  );
}
