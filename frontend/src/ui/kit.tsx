// Ant Design in our look: tokens that pass AA (STACK.md section 6), the page's language, the response's CSP nonce.
// Only pages that use the big kit load this file; the frame of the desk does it for them.

import { ConfigProvider, type ThemeConfig } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useEffect, type ReactNode } from 'react';

import { useWords } from '@/i18n/use-words';

// The same values as tokens.css: Ant Design computes shades from them, so they cannot be CSS variables.
export const theme: ThemeConfig = {
  token: {
    colorPrimary: '#0b5a5c',
    colorInfo: '#1b4f91',
    colorSuccess: '#1c6a3c',
    colorWarning: '#7d4c00',
    colorError: '#a8231a',
    colorLink: '#0b5a5c',
    colorText: '#15252b',
    colorTextSecondary: '#3f5159',
    colorTextDescription: '#56666d',
    colorTextTertiary: '#56666d',
    colorTextQuaternary: '#5c6b72',
    colorTextPlaceholder: '#5c6b72',
    colorTextDisabled: '#5c6b72',
    colorBorder: '#7d8b86',
    colorBorderSecondary: '#dce2de',
    colorBgLayout: '#f3f5f2',
    colorFillAlter: '#f8f9f7',
    borderRadius: 6,
    controlHeight: 38,
    fontSize: 14,
    // Chinese letters first on Chinese pages, Latin ones on English pages: tokens.css knows.
    fontFamily: 'var(--font)',
    fontFamilyCode: 'var(--font-mono)',
    wireframe: false,
  },
  components: {
    Table: { headerBg: '#f8f9f7', headerColor: '#56666d', headerSplitColor: 'transparent', rowHoverBg: '#f8f9f7', cellPaddingBlock: 11 },
    Tabs: { horizontalItemGutter: 24 },
    Drawer: { paddingLG: 24 },
  },
};

// Any text is one: a nonce of chance may begin like a mark. Under the development server it is the mark, and there is no CSP.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;

export function Kit({ children }: { children: ReactNode }) {
  const { lang } = useWords();
  useEffect(() => {
    dayjs.locale(lang === 'zh' ? 'zh-cn' : 'en');
  }, [lang]);
  return (
    <ConfigProvider
      theme={theme}
      locale={lang === 'zh' ? zhCN : enUS}
      csp={nonce === undefined ? {} : { nonce }}
      button={{ autoInsertSpace: false }}
    >
      {children}
    </ConfigProvider>
  );
}
