// Takes the projects for Android Studio and Xcode from the folder that the template of React Native was written to.
import { renameSync, rmSync } from 'node:fs';

for (const platform of ['android', 'ios']) {
  rmSync(platform, { recursive: true, force: true });
  renameSync(`native/${platform}`, platform);
}
rmSync('native', { recursive: true });
