/* Behaviour of all pages. Everything works without it; it saves clicks and keeps what was typed.
   No eval, no inline handlers, no style attributes: the Content-Security-Policy allows none of them.
   Texts come translated from data attributes on <body>. */
import { onLoad } from './ui/dom.js';
import { startTheme } from './ui/theme.js';
import { startShell } from './ui/shell.js';
import { startKeys } from './ui/keys.js';
import { startLists } from './ui/lists.js';
import { startForms, enhanceForms } from './ui/forms.js';
import { startDrafts, restoreDrafts } from './ui/drafts.js';
import { enhanceSelects } from './ui/selects.js';
import { startSending } from './ui/sending.js';
import { startFeedback, settleMessages } from './ui/feedback.js';

startTheme();
startShell();
startKeys();
startLists();
startForms();
startDrafts();
startFeedback();
startSending();

/* Once for the page, and again for every fragment that htmx puts into it. */
onLoad((scope) => {
  enhanceSelects(scope);
  enhanceForms(scope);
  restoreDrafts(scope);
  settleMessages(scope);
});
