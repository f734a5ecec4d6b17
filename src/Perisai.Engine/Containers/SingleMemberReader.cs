using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers;

/// <summary>
/// Reads a format that compresses one file and has no directory: the decoded bytes are the one member. What follows the compressed
/// data is a member too, unless it is nothing but zeros: a place to hide things in.
/// </summary>
/// <param name="name">The format's short name.</param>
/// <param name="open">Opens the decoder.</param>
internal abstract class SingleMemberReader(string name, Func<CodecInput, DecoderStream> open) : IContainerReader
{
    public string Name { get; } = name;

    public abstract FormatDescription Description { get; }

    public void Read(ByteSource source, IMemberSink sink)
    {
        using var input = new CodecInput(source, 0, source.Length, sink.Budget);
        using var decoder = open(input);
        sink.AddStream(new Member(MemberNameIn(source, sink.Budget)) { IsDecompressed = true }, decoder, source.Length);
        foreach (var fault in decoder.Faults)
            sink.AddFault(fault.Id, fault.Offset, fault.Detail);
        if (decoder.Finished && !sink.ShouldStop && input.Consumed < source.Length && !IsZero(source, input.Consumed, sink))
        {
            sink.AddFault(Name + ".trailing-data", input.Consumed);
            sink.AddSlice(new Member("trailing-data"), source, input.Consumed, source.Length - input.Consumed);
        }
    }

    /// <summary>The stored name; empty where there is none.</summary>
    protected virtual string MemberNameIn(ByteSource source, ScanBudget budget) => "";

    private static bool IsZero(ByteSource source, long from, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget, from);
        while (!reader.AtEnd && sink.Budget.CheckTime())
        {
            if (!reader.TryGetSpan((int)Math.Min(BoundedReader.WindowLength, reader.Remaining), out var span) || span.ContainsAnyExcept((byte)0))
                return false;
        }

        return true;
    }
}
