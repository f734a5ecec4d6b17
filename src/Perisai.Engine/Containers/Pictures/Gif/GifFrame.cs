namespace Perisai.Engine.Containers.Pictures.Gif;

/// <summary>Takes the pixels of one frame of a GIF in the order of storage, and puts them where they belong on its screen.</summary>
internal sealed class GifFrame(LumaPicture screen, byte[] palette, int left, int top, int width, int height, bool isInterlaced)
{
    /// <summary>Of an interlaced frame: the first row of each pass, and from one row to the next.</summary>
    private static readonly (int First, int Step)[] _passes = [(0, 8), (4, 8), (2, 4), (1, 2)];

    private readonly byte[] _row = new byte[width];
    private int _filled;
    private int _y;
    private int _pass;
    private int _rows;

    /// <summary>Whether all pixels are there; further ones are passed over.</summary>
    public bool IsComplete => _rows >= height;

    public void Add(ReadOnlySpan<byte> pixels)
    {
        while (!pixels.IsEmpty && !IsComplete)
        {
            var count = Math.Min(pixels.Length, width - _filled);
            for (var i = 0; i < count; i++)
                _row[_filled + i] = palette[pixels[i]];
            _filled += count;
            pixels = pixels[count..];
            if (_filled == width)
                EndRow();
        }
    }

    private void EndRow()
    {
        if (top + _y < screen.Height && left < screen.Width)
        {
            var visible = Math.Min(width, screen.Width - left);
            _row.AsSpan(0, visible).CopyTo(screen.Row(top + _y)[left..]);
        }

        _filled = 0;
        _rows++;
        _y += isInterlaced ? _passes[_pass].Step : 1;
        while (isInterlaced && _y >= height && _pass < _passes.Length - 1)
            _y = _passes[++_pass].First;
    }
}
