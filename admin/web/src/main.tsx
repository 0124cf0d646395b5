/** Starts the page. */
import './theme/mantine-styles.ts';
import './theme/page.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { router } from './shell/router.tsx';
import { theme, variables } from './theme/theme.ts';

const queries = new QueryClient({
  defaultOptions: {
    // Lists are read again by themselves anyway, and an outage is to be said at once.
    queries: { retry: false, networkMode: 'always', staleTime: 1_000 },
    mutations: { retry: false, networkMode: 'always' },
  },
});

const colorSchemeManager = localStorageColorSchemeManager({ key: 'sluice-color-scheme' });
const page = document.getElementById('page');
if (page === null) throw new Error('index.html has no element "page"');

createRoot(page).render(
  <MantineProvider
    theme={theme}
    cssVariablesResolver={variables}
    defaultColorScheme="auto"
    colorSchemeManager={colorSchemeManager}
  >
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>,
);
