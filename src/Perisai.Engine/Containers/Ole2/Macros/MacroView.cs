using System.Text;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Ole2.Macros;

/// <summary>
/// The sources of a project as ClamAV's definitions for macros expect them (measured with clamscan 1.4.6): all modules in one text in UTF-8, and outside
/// of quotation marks letters in lower case, runs of blanks one space, and lines that go on put together. It is matched by definitions for any type.
/// </summary>
internal sealed class MacroView(IMemberSink sink)
{
    private readonly MemoryStream? _text = sink.WantsView(FileType.Unknown) ? new() : null;

    /// <summary>Adds a module.</summary>
    public void Add(string name, ByteSource source, long offset)
    {
        if (_text is null || _text.Length > sink.Budget.Limits.MaxNormalizedText)
            return;
        _text.Write(Encoding.UTF8.GetBytes($"\n\nREM MODULENAME: {name}\n"));
        using var input = new CodecInput(source, offset, source.Length - offset, sink.Budget);
        using var content = new MacroSourceStream(input);
        var buffer = new byte[4096];
        var writer = new Writer(_text);
        try
        {
            int count;
            while ((count = content.Read(buffer)) > 0 && sink.Budget.ChargeProduced(count) && _text.Length <= sink.Budget.Limits.MaxNormalizedText)
                writer.Write(buffer.AsSpan(0, count));
        }
        catch (CodecException)
        {
            // The member that the source is has said so.
        }
    }

    /// <summary>Hands the text on. False: stop.</summary>
    public bool HandOn()
    {
        if (_text is null || _text.Length == 0)
            return !sink.ShouldStop;
        _text.Position = 0;
        return sink.AddStream(new("macros") { IsView = true }, _text, -1);
    }

    /// <summary>Writes one module; what it remembers ends with it.</summary>
    private struct Writer(MemoryStream text)
    {
        private bool _isQuoted;
        private bool _afterBlank;

        /// <summary>An underscore behind a blank may join its line with the next.</summary>
        private bool _mayJoin;
        private bool _afterReturn;

        public void Write(ReadOnlySpan<byte> source)
        {
            foreach (var value in source)
            {
                if (_mayJoin && Joins(value))
                    continue;
                Put(value);
            }
        }

        /// <summary>Whether a byte belongs to the end of a line that goes on. Where it turns out not to, what was held back is written.</summary>
        private bool Joins(byte value)
        {
            if (value == '\r' && !_afterReturn)
                return _afterReturn = true;
            _mayJoin = false;
            if (value == '\n')
            {
                _afterReturn = false;
                return true;
            }

            text.WriteByte((byte)'_');
            if (_afterReturn)
                text.WriteByte((byte)'\r');
            _afterReturn = _afterBlank = false;
            return false;
        }

        private void Put(byte value)
        {
            if (value is (byte)' ' or (byte)'\t')
            {
                if (!_afterBlank || _isQuoted)
                    text.WriteByte((byte)' ');
                _afterBlank = true;
                return;
            }

            if (value == '_' && _afterBlank && !_isQuoted)
            {
                _mayJoin = true;
                return;
            }

            _afterBlank = false;
            if (value == '"')
                _isQuoted = !_isQuoted;
            if (value >= 0x80)
            {
                // ISO 8859-1 into UTF-8.
                text.WriteByte((byte)(0xC0 | value >> 6));
                text.WriteByte((byte)(0x80 | value & 0x3F));
            }
            else
            {
                text.WriteByte(!_isQuoted && value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value);
            }
        }
    }
}
