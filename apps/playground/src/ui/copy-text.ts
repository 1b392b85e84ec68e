/** Copies a text, and says so. */
import { showToast } from './toasts';

export function copyText(text: string, done: string): void {
  // Absent on a page that is not served over HTTPS.
  const { clipboard } = navigator as Partial<Navigator>;
  const refuse = (): void => showToast(`The browser does not let this page copy. Copy it by hand: ${text}`, true, true);
  if (clipboard) clipboard.writeText(text).then(() => showToast(done), refuse);
  else refuse();
}
