namespace Perisai.Engine.Containers.Ole2.Macros;

/// <summary>Names of the functions of Excel that macros call, by their numbers ([MS-XLS] 2.5.198.17 and 2.5.198.4). A table.</summary>
internal static class MacroFunctions
{
    private const int CommandFlag = 0x8000;

    /// <summary>Functions from number 0 on; empty where none is known.</summary>
    private static readonly string[] _functions = (
        "COUNT,IF,ISNA,ISERROR,SUM,AVERAGE,MIN,MAX,ROW,COLUMN,NA,NPV,STDEV,DOLLAR,FIXED,SIN,COS,TAN,ATAN,PI,SQRT,EXP,LN,LOG10,ABS,INT,SIGN,ROUND,LOOKUP,INDEX,"
        + "REPT,MID,LEN,VALUE,TRUE,FALSE,AND,OR,NOT,MOD,DCOUNT,DSUM,DAVERAGE,DMIN,DMAX,DSTDEV,VAR,DVAR,TEXT,LINEST,TREND,LOGEST,GROWTH,GOTO,HALT,RETURN,"
        + "PV,FV,NPER,PMT,RATE,MIRR,IRR,RAND,MATCH,DATE,TIME,DAY,MONTH,YEAR,WEEKDAY,HOUR,MINUTE,SECOND,NOW,AREAS,ROWS,COLUMNS,OFFSET,ABSREF,RELREF,"
        + "ARGUMENT,SEARCH,TRANSPOSE,ERROR,STEP,TYPE,ECHO,SET.NAME,CALLER,DEREF,WINDOWS,SERIES,DOCUMENTS,ACTIVE.CELL,SELECTION,RESULT,ATAN2,ASIN,ACOS,"
        + "CHOOSE,HLOOKUP,VLOOKUP,LINKS,INPUT,ISREF,GET.FORMULA,GET.NAME,SET.VALUE,LOG,EXEC,CHAR,LOWER,UPPER,PROPER,LEFT,RIGHT,EXACT,TRIM,REPLACE,"
        + "SUBSTITUTE,CODE,NAMES,DIRECTORY,FIND,CELL,ISERR,ISTEXT,ISNUMBER,ISBLANK,T,N,FOPEN,FCLOSE,FSIZE,FREADLN,FREAD,FWRITELN,FWRITE,FPOS,DATEVALUE,"
        + "TIMEVALUE,SLN,SYD,DDB,GET.DEF,REFTEXT,TEXTREF,INDIRECT,REGISTER,CALL,ADD.BAR,ADD.MENU,ADD.COMMAND,ENABLE.COMMAND,CHECK.COMMAND,RENAME.COMMAND,"
        + "SHOW.BAR,DELETE.MENU,DELETE.COMMAND,GET.CHART.ITEM,DIALOG.BOX,CLEAN,MDETERM,MINVERSE,MMULT,FILES,IPMT,PPMT,COUNTA,CANCEL.KEY,FOR,WHILE,BREAK,"
        + "NEXT,INITIATE,REQUEST,POKE,EXECUTE,TERMINATE,RESTART,HELP,GET.BAR,PRODUCT,FACT,GET.CELL,GET.WORKSPACE,GET.WINDOW,GET.DOCUMENT").Split(',');

    /// <summary>The name of a function or command; its number where that is not known.</summary>
    public static string NameOf(int number) => number switch
    {
        >= 0 when number < _functions.Length => _functions[number],
        255 => "USER",
        257 => "EVALUATE",
        267 => "REGISTER.ID",
        268 => "GET.WORKBOOK",
        336 => "CONCATENATE",
        CommandFlag => "BEEP",
        CommandFlag + 1 => "OPEN",
        CommandFlag + 3 => "CLOSE.ALL",
        CommandFlag + 4 => "SAVE",
        CommandFlag + 5 => "SAVE.AS",
        CommandFlag + 6 => "FILE.DELETE",
        CommandFlag + 10 => "QUIT",
        CommandFlag + 16 => "CLOSE",
        CommandFlag + 17 => "RUN",
        CommandFlag + 50 => "COPY",
        CommandFlag + 51 => "PASTE",
        _ => $"FUNCTION.{number:X4}",
    };
}
