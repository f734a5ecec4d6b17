namespace Perisai.Engine;

/// <summary>
/// Something malformed that a reader met. A malformed file is data: the fault is recorded and reading goes on where it can.
/// </summary>
/// <param name="Id">A stable identifier, <c>format.what</c> in lower case with hyphens, such as <c>zip.truncated-directory</c>.</param>
/// <param name="Offset">Where in the object, in bytes; -1 where no place can be named.</param>
/// <param name="Detail">One sentence for a person; empty where the id says all.</param>
public readonly record struct Fault(string Id, long Offset, string Detail = "")
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Id}{(Offset >= 0 ? $" at offset {Offset}" : "")}{(Detail.Length > 0 ? $": {Detail}" : "")}";
}
