using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Languages.Yara.Binding;

/// <summary>
/// Picks what many rules begin with, <c>uint16(0) == 0x5A4D and filesize &lt; 1MB</c>: the parts of a condition that all must hold and that ask only for
/// the object's size, for bytes at a fixed place, or for a module that knows nothing of most files. Rules share them, and an object answers each once.
/// </summary>
internal sealed class SharedTests(RuleScope scope)
{
    /// <summary>Tests of one rule at most: more than these decide nothing more.</summary>
    private const int Maximum = 4;

    /// <summary>Modules that are about one kind of file.</summary>
    private static readonly HashSet<string> _fileModules = ["pe", "elf", "macho", "dotnet", "dex", "lnk", "crx"];

    /// <summary>The parts, in order.</summary>
    public IEnumerable<ExpressionNode> Of(ExpressionNode condition) =>
        (condition is LogicalNode { IsAnd: true } all ? all.Operands.SelectMany(Flatten) : [condition]).Where(IsTest).Take(Maximum);

    /// <summary>Modules about one kind of file that must know something for the condition to hold.</summary>
    public IEnumerable<string> ModulesOf(ExpressionNode condition) =>
        (condition is LogicalNode { IsAnd: true } all ? all.Operands.SelectMany(Flatten) : [condition])
            .Select(ModuleOf).OfType<string>().Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<ExpressionNode> Flatten(ExpressionNode node) => node is LogicalNode { IsAnd: true } all ? all.Operands.SelectMany(Flatten) : [node];

    private static bool IsTest(ExpressionNode node) => node switch
    {
        BinaryNode { Operator: >= BinaryOperator.Less and <= BinaryOperator.GreaterOrEqual or BinaryOperator.Equal or BinaryOperator.NotEqual } binary =>
            IsFact(binary.Left) && IsFact(binary.Right) && !(binary.Left is IntegerNode && binary.Right is IntegerNode),
        LogicalNode { IsAnd: false } any => any.Operands.Length <= 8 && any.Operands.All(IsTest),
        _ => false,
    };

    private static bool IsFact(ExpressionNode node) => node switch
    {
        IntegerNode or FileSizeNode => true,
        ReadIntegerNode read => IsFact(read.Offset),
        BinaryNode { Operator: BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.BitwiseAnd or BinaryOperator.BitwiseOr } binary =>
            IsFact(binary.Left) && IsFact(binary.Right),
        _ => false,
    };

    /// <summary>The module whose ignorance makes a part undefined, which is not true.</summary>
    private string? ModuleOf(ExpressionNode node) => node switch
    {
        BinaryNode { Operator: not (BinaryOperator.BitwiseAnd or BinaryOperator.BitwiseOr) } binary => ModuleOf(binary.Left) ?? ModuleOf(binary.Right),
        BinaryNode binary => ModuleOf(binary.Left) ?? ModuleOf(binary.Right),
        MemberNode { Object: NameNode name } member => IsOfFile(name, member.Name) ? name.Name : null,
        MemberNode member => ModuleOf(member.Object),
        IndexNode index => ModuleOf(index.Object),
        CallNode { Function: MemberNode member } => ModuleOf(member),
        _ => null,
    };

    /// <summary>Whether a field is about the file: constants and the question whether it is such a file are defined for all.</summary>
    private bool IsOfFile(NameNode module, string field) =>
        scope.Imports.Contains(module.Name) && _fileModules.Contains(module.Name) && RuleModules.Find(module.Name) is { } known
        && known.Schema.IndexOf(field) >= 0 && !char.IsAsciiLetterUpper(field[0]) && !field.StartsWith("is_", StringComparison.Ordinal);
}
