/** Mounts the console. */
import { render } from 'preact';
import { Console } from './console';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/controls.css';
import './console.css';

const root = document.getElementById('app');
if (root) render(<Console />, root);
