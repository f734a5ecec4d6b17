namespace Perisai.Engine.Modules;

/// <summary>A module of the YARA language: a schema that rules are checked against, and the facts of an object.</summary>
internal abstract class RuleModule
{
    /// <summary>As rules import it.</summary>
    public abstract string Name { get; }

    /// <summary>What rules can ask for.</summary>
    public abstract StructType Schema { get; }

    /// <summary>
    /// Whether the module can know anything of an object that is not true of all: false spares the rules that ask it for more. Cheap; errs towards
    /// true.
    /// </summary>
    public virtual bool MayApply(ModuleContext context) => true;

    /// <summary>Whether the object begins with bytes, for <see cref="MayApply"/>.</summary>
    protected static bool BeginsWith(ModuleContext context, ReadOnlySpan<byte> bytes)
    {
        context.Reader.Position = 0;
        return context.Reader.TryPeekSpan(bytes.Length, out var start) && start.SequenceEqual(bytes);
    }

    /// <summary>
    /// What the module must be given (<c>-x module=file</c>), for the message "module X needs …"; null where it needs nothing. A scan with a rule that
    /// uses such a module and without the data is an error: its facts would all be undefined, and the rule would quietly never match.
    /// </summary>
    public virtual string? NeedsData => null;

    /// <summary>Why the data cannot be used, for a message; null where it can. Asked once, before the scan.</summary>
    public virtual string? FindDataError(ReadOnlyMemory<byte> data) => null;

    /// <summary>
    /// The facts of an object. Called at most once an object, when a rule asks; what is expensive waits until a field asks for it. Never throws for
    /// content: what the object is not, is undefined.
    /// </summary>
    public abstract RuleStruct Load(ModuleContext context);
}

/// <summary>What a module may look at.</summary>
internal sealed class ModuleContext(ByteSource source, ScanBudget budget)
{
    /// <summary>The object's bytes.</summary>
    public BoundedReader Reader { get; } = new(source, budget);

    public ByteSource Source { get; } = source;

    public ScanBudget Budget { get; } = budget;

    public long Length => Source.Length;

    /// <summary>Data for the module that came with the scan (<c>-x module=file</c>); null where there is none.</summary>
    public byte[]? Data { get; init; }

    /// <summary>Takes what the console module prints.</summary>
    public Action<string>? Print { get; init; }

    /// <summary>Facts that several modules share, by their kind; computed once.</summary>
    public Dictionary<Type, object> Shared { get; init; } = [];
}
