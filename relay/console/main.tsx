import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/tables.css';
import './styles/charts.css';
import './styles/views.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { startTheme } from './session/theme.ts';

startTheme();
const place = document.getElementById('app');
if (place !== null) render(<App />, place);
