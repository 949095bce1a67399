// arrow-go's Flight server over record batches in memory: flight_go PORT ROWS. Its actions answer with what they were given.
package main

import (
	"fmt"
	"log"
	"net"
	"os"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"google.golang.org/grpc"
)

const batchRows = 16384

type server struct {
	flight.BaseFlightServer
	schema  *arrow.Schema
	batches []arrow.RecordBatch
}

func (s *server) fill(rows int) {
	s.schema = arrow.NewSchema([]arrow.Field{
		{Name: "a", Type: arrow.PrimitiveTypes.Int32}, {Name: "b", Type: arrow.PrimitiveTypes.Int64},
		{Name: "c", Type: arrow.PrimitiveTypes.Float64}, {Name: "d", Type: arrow.BinaryTypes.String},
		{Name: "e", Type: arrow.FixedWidthTypes.Date32}}, nil)
	builder := array.NewRecordBuilder(memory.DefaultAllocator, s.schema)
	for row := 1; row <= rows; row++ {
		builder.Field(0).(*array.Int32Builder).Append(int32(row))
		builder.Field(1).(*array.Int64Builder).Append(int64(row) * 7)
		builder.Field(2).(*array.Float64Builder).Append(float64(row) / 3)
		builder.Field(3).(*array.StringBuilder).Append(fmt.Sprint("row number ", row))
		builder.Field(4).(*array.Date32Builder).Append(arrow.Date32(row % 1000))
		if row%batchRows == 0 || row == rows {
			s.batches = append(s.batches, builder.NewRecordBatch())
		}
	}
}

func (s *server) DoGet(_ *flight.Ticket, stream flight.FlightService_DoGetServer) error {
	writer := flight.NewRecordWriter(stream, ipc.WithSchema(s.schema))
	defer writer.Close()
	for _, batch := range s.batches {
		if err := writer.Write(batch); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) DoAction(action *flight.Action, stream flight.FlightService_DoActionServer) error {
	return stream.Send(&flight.Result{Body: action.Body})
}

func main() {
	rows, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	s := &server{}
	s.fill(rows)
	service := grpc.NewServer()
	flight.RegisterFlightServiceServer(service, s)
	log.Fatal(service.Serve(listener))
}
