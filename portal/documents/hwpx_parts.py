"""The parts of a HWPX file that are the same in every paper, and those that only its title changes."""

from xml.sax.saxutils import escape

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>'
_HWPML = "http://www.hancom.co.kr/hwpml/2011"
_NAMES = " ".join(
    f'xmlns:{prefix}="{_HWPML}/{name}"'
    for prefix, name in {"ha": "app", "hp": "paragraph", "hs": "section", "hc": "core", "hh": "head"}.items()
)
_FONT = "함초롬돋움"  # comes with the word processor; a reader without it takes its own
_SCRIPTS = ("HANGUL", "LATIN", "HANJA", "JAPANESE", "OTHER", "SYMBOL", "USER")

VERSION = (  # "tagetApplication" is how the format spells it
    f'{_XML}<hv:HCFVersion xmlns:hv="{_HWPML}/version" tagetApplication="WORDPROCESSOR" major="5" minor="1" micro="0" '
    'buildNumber="1" os="10" xmlVersion="1.4" application="Hancom Office Hangul" appVersion="11, 0, 0, 0"/>'
)
SETTINGS = (
    f'{_XML}<ha:HWPApplicationSetting xmlns:ha="{_HWPML}/app">'
    '<ha:CaretPosition listIDRef="0" paraIDRef="0" pos="0"/></ha:HWPApplicationSetting>'
)
CONTAINER = (
    f'{_XML}<ocf:container xmlns:ocf="urn:oasis:names:tc:opendocument:xmlns:container"><ocf:rootfiles>'
    '<ocf:rootfile full-path="Contents/content.hpf" media-type="application/hwpml-package+xml"/>'
    '<ocf:rootfile full-path="Preview/PrvText.txt" media-type="text/plain"/>'
    '<ocf:rootfile full-path="META-INF/container.rdf" media-type="application/rdf+xml"/>'
    "</ocf:rootfiles></ocf:container>"
)
MANIFEST = f'{_XML}<odf:manifest xmlns:odf="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
_PKG = "http://www.hancom.co.kr/hwpml/2016/meta/pkg#"
RDF = (
    f'{_XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:pkg="{_PKG}">'
    '<rdf:Description rdf:about=""><pkg:hasPart rdf:resource="Contents/header.xml"/>'
    '<pkg:hasPart rdf:resource="Contents/section0.xml"/></rdf:Description>'
    f'<rdf:Description rdf:about="Contents/header.xml"><rdf:type rdf:resource="{_PKG}HeaderFile"/></rdf:Description>'
    f'<rdf:Description rdf:about="Contents/section0.xml"><rdf:type rdf:resource="{_PKG}SectionFile"/>'
    f'</rdf:Description><rdf:Description rdf:about=""><rdf:type rdf:resource="{_PKG}Document"/></rdf:Description>'
    "</rdf:RDF>"
)

# The first paragraph carries the page: A4, with the margins of the style sheet.
_PAGE = (
    '<hp:p id="0" paraPrIDRef="0" styleIDRef="0" pageBreak="0" columnBreak="0" merged="0"><hp:run charPrIDRef="0">'
    '<hp:secPr id="" textDirection="HORIZONTAL" spaceColumns="1134" tabStop="8000" tabStopVal="4000" '
    'tabStopUnit="HWPUNIT" outlineShapeIDRef="0" memoShapeIDRef="0" textVerticalWidthHead="0" masterPageCnt="0">'
    '<hp:grid lineGrid="0" charGrid="0" wonggojiFormat="0"/>'
    '<hp:startNum pageStartsOn="BOTH" page="0" pic="0" tbl="0" equation="0"/>'
    '<hp:visibility hideFirstHeader="0" hideFirstFooter="0" hideFirstMasterPage="0" border="SHOW_ALL" '
    'fill="SHOW_ALL" hideFirstPageNum="0" hideFirstEmptyLine="0" showLineNumber="0"/>'
    '<hp:lineNumberShape restartType="0" countBy="0" distance="0" startNumber="0"/>'
    '<hp:pagePr landscape="WIDELY" width="59528" height="84188" gutterType="LEFT_ONLY">'
    '<hp:margin header="2835" footer="2835" gutter="0" left="5953" right="5953" top="5669" bottom="5669"/></hp:pagePr>'
    "</hp:secPr>"
    '<hp:ctrl><hp:colPr id="" type="NEWSPAPER" layout="LEFT" colCount="1" sameSz="1" sameGap="0"/></hp:ctrl>'
    '<hp:ctrl><hp:pageNum pos="BOTTOM_CENTER" formatType="DIGIT" sideChar="-"/></hp:ctrl>'
    "<hp:t/></hp:run></hp:p>"
)
SECTION = f"{_XML}<hs:sec {_NAMES}>{_PAGE}{{paragraphs}}</hs:sec>"


def package(title: str) -> str:
    """Contents/content.hpf: which parts there are, and in which order they are read."""
    items = {
        "header": "Contents/header.xml",
        "section0": "Contents/section0.xml",
        "settings": "settings.xml",
    }
    listed = "".join(f'<opf:item id="{n}" href="{p}" media-type="application/xml"/>' for n, p in items.items())
    return (
        f'{_XML}<opf:package xmlns:opf="http://www.idpf.org/2007/opf/" version="" unique-identifier="" id="">'
        f"<opf:metadata><opf:title>{escape(title)}</opf:title><opf:language>ko</opf:language></opf:metadata>"
        f'<opf:manifest>{listed}</opf:manifest><opf:spine><opf:itemref idref="header" linear="yes"/>'
        '<opf:itemref idref="section0" linear="yes"/></opf:spine></opf:package>'
    )


def header() -> str:
    """Contents/header.xml: fonts, borders, letters and paragraphs that the section refers to by number."""
    fonts = "".join(
        f'<hh:fontface lang="{script}" fontCnt="1"><hh:font id="0" face="{_FONT}" type="TTF" isEmbedded="0"/>'
        "</hh:fontface>"
        for script in _SCRIPTS
    )
    borders = _border(1, "NONE", "") + _border(2, "SOLID", "") + _border(3, "SOLID", "#EEF2F7")
    sizes = [(1_080, False), (1_080, True), (2_300, True), (1_250, True), (860, False), (860, True)]
    letters = "".join(_letters(number, *size) for number, size in enumerate(sizes))
    paragraphs = _lines(0, "LEFT") + _lines(1, "CENTER")
    return (
        f'{_XML}<hh:head {_NAMES} version="1.4" secCnt="1">'
        '<hh:beginNum page="1" footnote="1" endnote="1" pic="1" tbl="1" equation="1"/><hh:refList>'
        f'<hh:fontfaces itemCnt="{len(_SCRIPTS)}">{fonts}</hh:fontfaces>'
        f'<hh:borderFills itemCnt="3">{borders}</hh:borderFills>'
        f'<hh:charProperties itemCnt="{len(sizes)}">{letters}</hh:charProperties>'
        '<hh:tabProperties itemCnt="1"><hh:tabPr id="0" autoTabLeft="0" autoTabRight="0"/></hh:tabProperties>'
        f'<hh:paraProperties itemCnt="2">{paragraphs}</hh:paraProperties>'
        '<hh:styles itemCnt="1"><hh:style id="0" type="PARA" name="바탕글" engName="Normal" paraPrIDRef="0" '
        'charPrIDRef="0" nextStyleIDRef="0" langID="1042" lockForm="0"/></hh:styles></hh:refList>'
        '<hh:compatibleDocument targetProgram="HWP201X"><hh:layoutCompatibility/></hh:compatibleDocument>'
        '<hh:docOption><hh:linkinfo path="" pageInherit="0" footnoteInherit="0"/></hh:docOption></hh:head>'
    )


def _border(number: int, kind: str, fill: str) -> str:
    sides = "".join(
        f'<hh:{side}Border type="{kind}" width="0.12 mm" color="#8A949E"/>'
        for side in ("left", "right", "top", "bottom")
    )
    brush = (
        f'<hc:fillBrush><hc:winBrush faceColor="{fill}" hatchColor="#999999" alpha="0"/></hc:fillBrush>' if fill else ""
    )
    return (
        f'<hh:borderFill id="{number}" threeD="0" shadow="0" centerLine="NONE" breakCellSeparateLine="0">'
        '<hh:slash type="NONE" Crooked="0" isCounter="0"/><hh:backSlash type="NONE" Crooked="0" isCounter="0"/>'
        f'{sides}<hh:diagonal type="NONE" width="0.1 mm" color="#000000"/>{brush}</hh:borderFill>'
    )


def _letters(number: int, height: int, bold: bool) -> str:
    def each(value: int) -> str:
        return " ".join(f'{script.lower()}="{value}"' for script in _SCRIPTS)

    return (
        f'<hh:charPr id="{number}" height="{height}" textColor="#131416" shadeColor="none" useFontSpace="0" '
        f'useKerning="0" symMark="NONE" borderFillIDRef="1"><hh:fontRef {each(0)}/><hh:ratio {each(100)}/>'
        f"<hh:spacing {each(0)}/><hh:relSz {each(100)}/><hh:offset {each(0)}/>{'<hh:bold/>' if bold else ''}"
        '<hh:underline type="NONE" shape="SOLID" color="#000000"/><hh:strikeout shape="NONE" color="#000000"/>'
        '<hh:outline type="NONE"/><hh:shadow type="NONE" color="#C0C0C0" offsetX="10" offsetY="10"/></hh:charPr>'
    )


def _lines(number: int, align: str) -> str:
    sides = "".join(
        f'<hc:{side} value="{283 if side == "next" else 0}" unit="HWPUNIT"/>'
        for side in ("intent", "left", "right", "prev", "next")
    )
    return (
        f'<hh:paraPr id="{number}" tabPrIDRef="0" condense="0" fontLineHeight="0" snapToGrid="1" '
        f'suppressLineNumbers="0" checked="0"><hh:align horizontal="{align}" vertical="BASELINE"/>'
        '<hh:heading type="NONE" idRef="0" level="0"/>'
        '<hh:breakSetting breakLatinWord="KEEP_WORD" breakNonLatinWord="KEEP_WORD" widowOrphan="1" keepWithNext="0" '
        'keepLines="0" pageBreakBefore="0" lineWrap="BREAK"/><hh:autoSpacing eAsianEng="0" eAsianNum="0"/>'
        f'<hh:margin>{sides}</hh:margin><hh:lineSpacing type="PERCENT" value="160" unit="HWPUNIT"/>'
        '<hh:border borderFillIDRef="1" offsetLeft="0" offsetRight="0" offsetTop="0" offsetBottom="0" '
        'connect="0" ignoreMargin="0"/></hh:paraPr>'
    )
