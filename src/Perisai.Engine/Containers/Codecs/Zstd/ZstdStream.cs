using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using ZstdSharp.Unsafe;

namespace Perisai.Engine.Containers.Codecs.Zstd;

/// <summary>
/// Decodes Zstandard frames and skippable frames behind one another (RFC 8878) with ZstdSharp. This class finds the frames, so that
/// what follows the last one is known, and refuses windows beyond the budget and frames that need a dictionary.
/// </summary>
internal sealed unsafe class ZstdStream(CodecInput input) : DecoderStream(input)
{
    private const uint FrameMagic = 0xFD2FB528;
    private const uint SkippableMagic = 0x184D2A50;
    private const int MinWindowLog = 10;
    private const int MaxWindowLog = 30;

    private readonly DecoderMemory _memory = new(input.Budget);
    private ZSTD_DCtx_s* _context;
    private bool _inFrame;
    private bool _any;

    public static bool IsMagic(uint magic) => magic == FrameMagic || (magic & 0xFFFFFFF0) == SkippableMagic;

    protected override void Produce()
    {
        if (_inFrame)
            Decode();
        else
            StartFrame();
    }

    ~ZstdStream() => Dispose(false);

    protected override void ReleaseMemory()
    {
        Methods.ZSTD_freeDCtx(_context);
        _context = null;
        _memory.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Output.Length > 0)
            ArrayPool<byte>.Shared.Return(Output);
        Output = [];
        OutputStart = OutputEnd = 0;
        if (disposing)
            ReleaseMemory();
        else
            Methods.ZSTD_freeDCtx(_context);
        _context = null;
        base.Dispose(disposing);
    }

    private void StartFrame()
    {
        var peeked = Input.Peek(18);
        var magic = peeked.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(peeked) : 0;
        if (!IsMagic(magic))
        {
            Finished = _any ? true : throw new CodecException("zstd: the magic number is missing.");
            return;
        }

        _any = true;
        if (magic != FrameMagic)
        {
            Input.Take(4);
            if (!Input.Skip(Input.ReadUInt32()))
                throw CodecException.Truncated();
            return;
        }

        if (peeked.Length >= 5)
            CheckHeader(peeked[4..]);
        if (Output.Length == 0)
            Output = ArrayPool<byte>.Shared.Rent(128 << 10);
        if (_context is null)
        {
            _context = Methods.ZSTD_createDCtx();
            var allowed = BitOperations.Log2((ulong)Math.Max(1, Budget.Limits.MaxDecoderMemory));
            Check(Methods.ZSTD_DCtx_setParameter(
                _context, ZSTD_dParameter.ZSTD_d_windowLogMax, Math.Clamp(allowed, MinWindowLog, MaxWindowLog)));
        }

        Check(Methods.ZSTD_DCtx_reset(_context, ZSTD_ResetDirective.ZSTD_reset_session_only));
        _inFrame = true;
    }

    private void CheckHeader(ReadOnlySpan<byte> header)
    {
        var descriptor = header[0];
        var single = (descriptor & 0x20) != 0;
        var at = 1;
        long window = 0;
        if (!single && header.Length > 1)
        {
            var exponent = 10 + (header[1] >> 3);
            window = (1L << exponent) + (1L << exponent) / 8 * (header[1] & 7);
            at = 2;
        }

        // The dictionary's number: 0, 1, 2 or 4 bytes.
        var numberLength = (1 << (descriptor & 3)) >> 1;
        var number = 0u;
        for (var index = 0; index < numberLength && at < header.Length; index++)
            number |= (uint)header[at++] << index * 8;
        if (number != 0)
            throw new CodecException($"zstd: needs the dictionary {number}.", NotScannedReason.Unsupported);
        if (single)
        {
            // The window is as long as the content: 1, 2 (plus 256), 4 or 8 bytes tell it.
            var lengthLength = 1 << (descriptor >> 6);
            for (var index = 0; index < lengthLength && at < header.Length; index++)
                window |= (long)header[at++] << index * 8;
        }

        if (window < 0 || !Budget.AllowsDecoderMemory(window))
            throw CodecException.TooMuchMemory(window);
        _memory.Reserve(window);
    }

    private void Decode()
    {
        if (Input.Available == 0 && !Input.Fill())
            throw CodecException.Truncated();
        nuint left;
        nuint consumed;
        fixed (byte* source = Input.Buffer)
        fixed (byte* target = Output)
        {
            var from = new ZSTD_inBuffer_s { src = source + Input.Position, size = (nuint)Input.Available };
            var to = new ZSTD_outBuffer_s { dst = target, size = (nuint)Output.Length };
            left = Methods.ZSTD_decompressStream(_context, &to, &from);
            consumed = from.pos;
            Input.Position += (int)from.pos;
            OutputStart = 0;
            OutputEnd = (int)to.pos;
        }

        Check(left);
        if (left == 0)
            _inFrame = false;
        else if (consumed == 0 && OutputEnd == 0 && !Input.Fill())
            throw CodecException.Truncated();
    }

    private static void Check(nuint result)
    {
        if (Methods.ZSTD_isError(result))
            throw new CodecException($"zstd: {Methods.ZSTD_getErrorCode(result)}");
    }
}
