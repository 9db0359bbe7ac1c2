// An address that leads nowhere: said in the reader's language, with the way back.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { outside } from '../outside.js';
import { linkButton } from '../ui.js';

/** @param {import('../app.js').Visit} visit */
export function page({ main, title }) {
    title(t('error.nopage'));
    main.append(outside(t('error.nopage'), '', h('p', { text: t('error.nopage.words') }), linkButton(t('nav.calendar'), '/', { icon: 'calendar', kind: 'wide' })));
}
