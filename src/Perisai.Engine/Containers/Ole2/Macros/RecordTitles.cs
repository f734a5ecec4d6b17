using System.Collections.Frozen;

namespace Perisai.Engine.Containers.Ole2.Macros;

/// <summary>
/// Names and titles of a workbook's records by their numbers, as Microsoft's specification of the format of Excel 97 has them in its list, and as clamscan
/// 1.4.6 writes them. A table.
/// </summary>
internal static class RecordTitles
{
    /// <summary>Titles that follow one another, with the number of the first; a number without a title has an empty one.</summary>
    private static readonly (int First, string Titles)[] s_runs =
    [
        (0x06, "FORMULA : Cell Formula"),
        (0x0A, "EOF : End of File||CALCCOUNT : Iteration Count|CALCMODE : Calculation Mode|PRECISION : Precision|"
            + "REFMODE : Reference Mode|DELTA : Iteration Increment|ITERATION : Iteration Mode|PROTECT : Protection Flag|"
            + "PASSWORD : Protection Password|HEADER : Print Header on Each Page|FOOTER : Print Footer on Each Page|"
            + "EXTERNCOUNT : Number of External References|EXTERNSHEET : External Reference|LABEL : Cell Value, String Constant|"
            + "WINDOWPROTECT : Windows Are Protected|VERTICALPAGEBREAKS : Explicit Column Page Breaks|"
            + "HORIZONTALPAGEBREAKS : Explicit Row Page Breaks|NOTE : Comment Associated with a Cell|SELECTION : Current Selection"),
        (0x22, "1904 : 1904 Date System"),
        (0x26, "LEFTMARGIN : Left Margin Measurement|RIGHTMARGIN : Right Margin Measurement|TOPMARGIN : Top Margin Measurement|"
            + "BOTTOMMARGIN : Bottom Margin Measurement|PRINTHEADERS : Print Row/Column Labels|PRINTGRIDLINES : Print Gridlines Flag"),
        (0x2F, "FILEPASS : File Is Password-Protected"),
        (0x3C, "CONTINUE : Continues Long Records|WINDOW1 : Window Information|||BACKUP : Save Backup Version of the File|"
            + "PANE : Number of Panes and Their Position|CODEPAGE : Default Code Page"),
        (0x4D, "PLS : Environment-Specific Print Record|||DCON : Data Consolidation Information|"
            + "DCONREF : Data Consolidation References|DCONNAME : Data Consolidation Named References|||"
            + "DEFCOLWIDTH : Default Width for Columns"),
        (0x59, "XCT : CRN Record Count|CRN : Nonresident Operands|FILESHARING : File-Sharing Information|"
            + "WRITEACCESS : Write Access User Name|OBJ : Describes a Graphic Object|UNCALCED : Recalculation Status|"
            + "SAVERECALC : Recalculate Before Save|TEMPLATE : Workbook Is a Template|||OBJPROTECT : Objects Are Protected"),
        (0x7D, "COLINFO : Column Formatting Information|RK : Cell Value, RK Number|IMDATA : Image Data|"
            + "GUTS : Size of Row and Column Gutters|WSBOOL : Additional Workspace Information|"
            + "GRIDSET : State Change of Gridlines Option|HCENTER : Center Between Horizontal Margins|"
            + "VCENTER : Center Between Vertical Margins|BOUNDSHEET : Sheet Information|WRITEPROT : Workbook Is Write-Protected|"
            + "ADDIN : Workbook Is an Add-in Macro|EDG : Edition Globals|PUB : Publisher|||"
            + "COUNTRY : Default Country and WIN.INI Country|HIDEOBJ : Object Display Options|||SORT : Sorting Options|"
            + "SUB : Subscriber|PALETTE : Color Palette Definition||LHRECORD : .WK? File Conversion Information|"
            + "LHNGRAPH : Named Graph Information|SOUND : Sound Note||LPR : Sheet Was Printed Using LINE.PRINT(|"
            + "STANDARDWIDTH : Standard Column Width|FNGROUPNAME : Function Group Name|FILTERMODE : Sheet Contains Filtered List|"
            + "FNGROUPCOUNT : Built-in Function Group Count|AUTOFILTERINFO : Drop-Down Arrow Count|AUTOFILTER : AutoFilter Data||"
            + "SCL : Window Zoom Magnification|SETUP : Page Setup"),
        (0xA9, "COORDLIST : Polygon Object Vertex Coordinates||GCW : Global Column-Width Flags|||SCENMAN : Scenario Output Data|"
            + "SCENARIO : Scenario Data|SXVIEW : View Definition|SXVD : View Fields|SXVI : View Item||SXIVD : Row/Column Field IDs|"
            + "SXLI : Line Item Array|SXPI : Page Item||DOCROUTE : Routing Slip Information|RECIPNAME : Recipient Name|||"
            + "SHRFMLA : Shared Formula|MULRK : Multiple  RK Cells|MULBLANK : Multiple Blank Cells|||"
            + "MMS :  ADDMENU / DELMENU Record Group Count|ADDMENU : Menu Addition|DELMENU : Menu Deletion||SXDI : Data Item|"
            + "SXDB : PivotTable Cache Data"),
        (0xCD, "SXSTRING : String|||SXTBL : Multiple Consolidation Source Info|SXTBRGIITM : Page Item Name Count|"
            + "SXTBPG : Page Item Indexes|OBPROJ : Visual Basic Project||SXIDSTM : Stream ID|"
            + "RSTRING : Cell with Character Formatting|DBCELL : Stream Offsets|||BOOKBOOL : Workbook Option Flag||"
            + "SXEXT : External Source Information|SCENPROTECT : Scenario Protection|OLESIZE : Size of OLE Object|"
            + "UDDESC : Description String for Chart Autoformat|XF : Extended Format|"
            + "INTERFACEHDR : Beginning of User Interface Records|INTERFACEEND : End of User Interface Records|SXVS : View Source||"
            + "MERGECELLS : Merged Cells"),
        (0xEA, "TABIDCONF : Sheet Tab ID of Conflict History|MSODRAWINGGROUP : Microsoft Office Drawing Group|"
            + "MSODRAWING : Microsoft Office Drawing|MSODRAWINGSELECTION : Microsoft Office Drawing Selection|||"
            + "SXRULE : PivotTable Rule Data|SXEX : PivotTable View Extended Information|SXFILT : PivotTable Rule Filter||"
            + "SXDXF : Pivot Table Formatting|SXITM : Pivot Table Item Indexes|SXNAME : PivotTable Name|"
            + "SXSELECT : PivotTable Selection Information|SXPAIR : PivotTable Name Pair|SXFMLA : Pivot Table Parsed Expression||"
            + "SXFORMAT : PivotTable Format Record|SST : Shared String Table|LABELSST : Cell Value, String Constant/ SST||"
            + "EXTSST : Extended Shared String Table|SXVDEX : Extended PivotTable View Fields|||SXFORMULA : PivotTable Formula Record"),
        (0x122, "SXDBEX : PivotTable Cache Data"),
        (0x13D, "TABID : Sheet Tab Index Array"),
        (0x160, "USESELFS : Natural Language Formulas Flag|DSF : Double Stream File|XL5MODIFY : Flag for  DSF"),
        (0x1A5, "FILESHARING2 : File-Sharing Information for Shared Lists"),
        (0x1A9, "USERBVIEW : Workbook Custom View Settings|USERSVIEWBEGIN : Custom View Settings|"
            + "USERSVIEWEND : End of Custom View Records||QSI : External Data Range|SUPBOOK : Supporting Workbook|"
            + "PROT4REV : Shared Workbook Protection Flag|CONDFMT : Conditional Formatting Range Information|"
            + "CF : Conditional Formatting Conditions|DVAL : Data Validation Information|||DCONBIN : Data Consolidation Information|"
            + "TXO : Text Object|REFRESHALL : Refresh Flag|HLINK : Hyperlink|||SXFDBTYPE : SQL Datatype Identifier|"
            + "PROT4REVPASS : Shared Workbook Protection Password||DV : Data Validation Criteria||EXCEL9FILE : Excel 9 File|"
            + "RECALCID : Recalc Information"),
        (0x200, "DIMENSIONS : Cell Table Size|BLANK : Cell Value, Blank Cell||NUMBER : Cell Value, Floating-Point Number|"
            + "LABEL : Cell Value, String Constant|BOOLERR : Cell Value, Boolean or Error||STRING : String Value of a Formula|"
            + "ROW : Describes a Row|||INDEX : Index Record"),
        (0x218, "NAME : Defined Name"),
        (0x221, "ARRAY : Array-Entered Formula||EXTERNNAME : Externally Referenced Name||DEFAULTROWHEIGHT : Default Row Height"),
        (0x231, "FONT : Font Description"),
        (0x236, "TABLE : Data Table"),
        (0x23E, "WINDOW2 : Sheet Window Information"),
        (0x293, "STYLE : Style Information"),
        (0x406, "FORMULA : Cell Formula"),
        (0x41E, "FORMAT : Number Format"),
        (0x800, "HLINKTOOLTIP : Hyperlink Tooltip|WEBPUB : Web Publish Item|QSISXTAG : PivotTable and Query Table Extensions|"
            + "DBQUERYEXT : Database Query Extensions|EXTSTRING :  FRT String|TXTQUERY : Text Query Information|"
            + "QSIR : Query Table Formatting|QSIF : Query Table Field Formatting||BOF : Beginning of File|"
            + "OLEDBCONN : OLE Database Connection|WOPT : Web Options|SXVIEWEX : Pivot Table OLAP Extensions|"
            + "SXTH : PivotTable OLAP Hierarchy|SXPIEX : OLAP Page Item Extensions|SXVDTEX : View Dimension OLAP Extensions|"
            + "SXVIEWEX9 : Pivot Table Extensions||CONTINUEFRT : Continued  FRT|REALTIMEDATA : Real-Time Data (RTD)"),
        (0x862, "SHEETEXT : Extra Sheet Info|BOOKEXT : Extra Book Info|SXADDL : Pivot Table Additional Info|"
            + "CRASHRECERR : Crash Recovery Error|HFPicture : Header / Footer Picture|FEATHEADR : Shared Feature Header|"
            + "FEAT : Shared Feature Record||DATALABEXT : Chart Data Label Extension|"
            + "DATALABEXTCONTENTS : Chart Data Label Extension Contents|CELLWATCH : Cell Watch|FEATINFO : Shared Feature Info Record"),
        (0x871, "FEATHEADR11 : Shared Feature Header 11|FEAT11 : Shared Feature 11 Record|FEATINFO11 : Shared Feature Info 11 Record|"
            + "DROPDOWNOBJIDS : Drop Down Object|CONTINUEFRT11 : Continue  FRT 11|DCONN : Data Connection|"
            + "LIST12 : Extra Table Data Introduced in Excel 2007|FEAT12 : Shared Feature 12 Record|"
            + "CONDFMT12 : Conditional Formatting Range Information 12|CF12 : Conditional Formatting Condition 12|"
            + "CFEX : Conditional Formatting Extension|XFCRC : XF Extensions Checksum|XFEXT : XF Extension|"
            + "EZFILTER12 : AutoFilter Data Introduced in Excel 2007|CONTINUEFRT12 : Continue FRT 12||"
            + "SXADDL12 : Additional Workbook Connections Information|||MDTINFO : Information about a Metadata Type|"
            + "MDXSTR : MDX Metadata String|MDXTUPLE : Tuple MDX Metadata|MDXSET : Set MDX Metadata|"
            + "MDXPROP : Member Property MDX Metadata|MDXKPI : Key Performance Indicator MDX Metadata|"
            + "MDTB : Block of Metadata Records|PLV : Page Layout View Settings in Excel 2007|COMPAT12 : Compatibility Checker 12|"
            + "DXF : Differential XF|TABLESTYLES : Table Styles|TABLESTYLE : Table Style|TABLESTYLEELEMENT : Table Style Element||"
            + "STYLEEXT : Named Cell Style Extension|NAMEPUBLISH : Publish To Excel Server Data for Name|NAMECMT : Name Comment|"
            + "SORTDATA12 : Sort Data 12|THEME : Theme|GUIDTYPELIB : VB Project Typelib GUID|FNGRP12 : Function Group|"
            + "NAMEFNGRP12 : Extra Function Group|MTRSETTINGS : Multi-Threaded Calculation Settings|"
            + "COMPRESSPICTURES : Automatic Picture Compression Mode|HEADERFOOTER : Header Footer"),
        (0x8A3, "FORCEFULLCALCULATION : Force Full Calculation Settings"),
        (0x8C1, "LISTOBJ : List Object|LISTFIELD : List Field|LISTDV : List Data Validation|LISTCONDFMT : List Conditional Formatting|"
            + "LISTCF : List Cell Formatting|FMQRY : Filemaker queries|FMSQRY : File maker queries|"
            + "PLV : Page Layout View in Mac Excel 11|LNEXT : Extension information for borders in Mac Office 11|"
            + "MKREXT : Extension information for markers in Mac Office 11"),
    ];

    private static readonly FrozenDictionary<int, string> s_titles = s_runs
        .SelectMany(run => run.Titles.Split('|').Select((title, index) => (Number: run.First + index, Title: title)))
        .Where(record => record.Title.Length > 0).ToFrozenDictionary(record => record.Number, record => record.Title);

    public static string Of(int number) => s_titles.GetValueOrDefault(number, "<unknown>");
}
