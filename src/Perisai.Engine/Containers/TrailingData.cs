namespace Perisai.Engine.Containers;

/// <summary>What follows a container's own end is a member too, unless it is nothing but zeros: a place to hide things in.</summary>
internal static class TrailingData
{
    /// <param name="fault">The fault's id: <c>format.trailing-data</c>.</param>
    public static void Add(ByteSource source, IMemberSink sink, long end, string fault)
    {
        if (sink.ShouldStop || end >= source.Length)
            return;
        var reader = new BoundedReader(source, sink.Budget, end);
        while (!reader.AtEnd && sink.Budget.CheckTime())
        {
            if (!reader.TryGetSpan((int)Math.Min(BoundedReader.WindowLength, reader.Remaining), out var span))
                return;
            if (!span.ContainsAnyExcept((byte)0))
                continue;
            sink.AddFault(fault, end);
            sink.AddSlice(new Member("trailing-data"), source, end, source.Length - end);
            return;
        }
    }
}
