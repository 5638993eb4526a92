import '@mantine/core/styles.css';
import 'uplot/dist/uPlot.min.css';
import './page.css';
import { readable, theme } from '@deepflash/studio/theme';
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root.');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={readable}>
      <App />
    </MantineProvider>
  </StrictMode>,
);
