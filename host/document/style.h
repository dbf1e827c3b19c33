/* style.h: how pages look on screen and paper: A4, sizes and margins after GB/T 9704
 * (党政机关公文格式): title 22 pt, text 16 pt, margins 37/28/35/26 mm. */
#ifndef ZC_DOCUMENT_STYLE_H
#define ZC_DOCUMENT_STYLE_H

extern const char zc_style[];

#endif
