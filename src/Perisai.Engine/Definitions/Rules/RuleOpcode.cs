namespace Perisai.Engine.Definitions.Rules;

/// <summary>
/// Instructions of a condition, for a machine with a stack. Operands follow the opcode; numbers are LEB128, signed ones in zigzag. "Pops" and "pushes"
/// are about the stack. Whatever is undefined makes the result undefined, where nothing else is said. There is no jump backwards: a program ends.
/// </summary>
internal enum RuleOpcode : byte
{
    /// <summary>Pushes true, false, undefined.</summary>
    True,
    False,
    Undefined,

    /// <summary>Pushes a signed number.</summary>
    Integer,

    /// <summary>Pushes eight bytes.</summary>
    Float,

    /// <summary>Pushes a text: length, bytes.</summary>
    Text,

    /// <summary>Pushes a regular expression: length, its stored form.</summary>
    Regex,
    FileSize,
    EntryPoint,

    /// <summary>Pops an offset, pushes the integer there: width | 16 where signed | 32 where big-endian.</summary>
    ReadInteger,

    /// <summary>String operands: 0 and a slot, for the string of a loop; or 1 + its number in the rule.</summary>
    StringMatches,

    /// <summary>Pops the offset.</summary>
    StringMatchesAt,

    /// <summary>Pops last, first.</summary>
    StringMatchesIn,
    StringCount,

    /// <summary>Pops last, first.</summary>
    StringCountIn,

    /// <summary>Pops a number from 1.</summary>
    StringOffset,

    /// <summary>Pops a number from 1.</summary>
    StringLength,

    /// <summary>
    /// Quantifier, place (0 anywhere, 1 at, 2 in), count, strings. Pops what the place needs, then the quantifier's value where it has one.
    /// </summary>
    OfStrings,

    /// <summary>Quantifier, count, rules. Pops the quantifier's value where it has one.</summary>
    OfRules,

    /// <summary>Quantifier, slot, count, strings, length of the body, body. Pops the quantifier's value where it has one.</summary>
    ForStrings,

    /// <summary>Quantifier, slot, length, body. Pops last, first, value.</summary>
    ForRange,

    /// <summary>Quantifier, slot, count of values, length, body. Pops the values, last first, and the quantifier's value.</summary>
    ForValues,

    /// <summary>Quantifier, slot, length, body. Pops an array and the quantifier's value.</summary>
    ForArray,

    /// <summary>Quantifier, slot of the key (that of the value follows it), length, body. Pops a dictionary and the quantifier's value.</summary>
    ForDictionary,

    /// <summary>Slot. Pops its value.</summary>
    Store,

    /// <summary>Slot. Pushes its value.</summary>
    Load,

    /// <summary>Number of a rule; pushes whether it holds.</summary>
    Rule,

    /// <summary>Pushes an external variable: number of its name.</summary>
    External,

    /// <summary>Pushes the facts of a module: number of its name.</summary>
    Module,

    /// <summary>Field. Pops a structure.</summary>
    Field,

    /// <summary>Pops a number and an array.</summary>
    Index,

    /// <summary>Pops a text and a dictionary.</summary>
    Key,

    /// <summary>Field, overload, count. Pops the arguments, last first, and a structure.</summary>
    Call,

    /// <summary>Length to leap over. Leaps where the top is not true, leaving false; else pops.</summary>
    AndThen,

    /// <summary>Length to leap over. Leaps where the top is true, leaving true; else pops.</summary>
    OrElse,

    /// <summary>Makes the top a truth value; undefined is false.</summary>
    Truth,
    Not,

    /// <summary>Whether the top is not undefined.</summary>
    Defined,
    Minus,
    BitwiseNot,

    // As Languages.Yara.Syntax.BinaryOperator, in its order: pops right, left.
    Equal,
    NotEqual,
    Contains,
    IContains,
    StartsWith,
    IStartsWith,
    EndsWith,
    IEndsWith,
    IEquals,
    Matches,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    BitwiseOr,
    BitwiseXor,
    BitwiseAnd,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,

    /// <summary>Length of a text on top (YARA-X's <c>.len()</c>), elements of an array or dictionary.</summary>
    Length,

    /// <summary>Whether a module can know anything of the object: number of its name. Only in tests that decide whether a rule is looked at.</summary>
    ModuleApplies,
}

/// <summary>Quantifiers as they are stored. Those from <see cref="Number"/> on have a value on the stack.</summary>
internal enum RuleQuantifier : byte
{
    All,
    Any,
    None,
    Number,
    Percentage,
}
